"""Exports: figures for spreadsheets. Each is one module of this package.

=======  =====================================================================================
plan     the actions of a centre under the columns of a PAQSS, as a workbook or a CSV file
results  the results of an assessment, as a workbook
=======  =====================================================================================
"""
